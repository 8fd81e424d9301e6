from __future__ import annotations

import os
import stat

import pytest

IS_ROOT = os.geteuid() == 0
needs_root = pytest.mark.skipif(not IS_ROOT, reason="what root does")


def tree(folder):
    return {
        str(path.relative_to(folder)): (path.lstat().st_mode, path.read_text() if path.is_file() else None)
        for path in folder.rglob("*")
        if path.name not in {"pg.lock", "pg.users", "pg.log"}
    }


def lay(site, **files):
    site.cluster.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (site.cluster / name).write_text(text)
    for path in [site.folder, *site.folder.rglob("*")]:
        if site.account:
            os.chown(path, site.account.pw_uid, site.account.pw_gid)


def test_foreign_folder_is_refused_and_untouched(fresh):
    lay(fresh, thesis="ten years of work")
    before = tree(fresh.folder)
    words = fresh.refused("ask('SELECT 1')")
    assert words.startswith("config.postgres.errors.ServerRefused: ")
    assert f"{fresh.cluster} is not ours" in words
    assert tree(fresh.folder) == before
    fresh.refused("ask('SELECT 1')")


def test_another_version_is_refused_and_untouched(new_site):
    site = new_site(ordinary=IS_ROOT)
    lay(site, PG_VERSION="15\n", precious="rows")
    before = tree(site.folder)
    words = site.refused("ask('SELECT 1')")
    assert "is of PostgreSQL 15" in words
    assert "pg_dump" in words
    assert tree(site.folder) == before


def test_folder_that_cannot_be_written_is_refused(new_site):
    site = new_site("closed/data", ordinary=IS_ROOT)
    site.folder.parent.chmod(0o500)
    assert "Choose a" in site.refused("ask('SELECT 1')")


def test_empty_folder_is_taken_and_unfinished_work_cleared_but_only_ours(new_site):
    site = new_site(ordinary=IS_ROOT)
    for name, mark in (("pg.part-ours", "made-by-praxis"), ("pg.part-theirs", "thesis")):
        (site.folder / name / "pg").mkdir(parents=True)
        (site.folder / name / "pg" / "half").touch()
        (site.folder / name / mark).touch()
    lay(site)
    assert site.run("print(ask('SELECT 1'))") == "1"
    assert not (site.folder / "pg.part-ours").exists()
    assert (site.folder / "pg.part-theirs" / "thesis").exists()


@needs_root
def test_cluster_of_an_ordinary_user_is_not_taken_over_by_root(new_site):
    site = new_site()
    lay(site, PG_VERSION="18\n")
    assert "made by an ordinary user" in site.refused("ask('SELECT 1')")


@needs_root
def test_cluster_of_root_is_closed_to_an_ordinary_user_in_words(shared_site, new_site):
    ordinary = new_site(ordinary=True)
    ordinary.folder.mkdir()
    os.chown(ordinary.folder, ordinary.account.pw_uid, ordinary.account.pw_gid)
    ordinary.cluster.symlink_to(shared_site.cluster.readlink())
    assert "made by another account" in ordinary.refused("ask('SELECT 1')")
    ordinary.cluster.unlink()


@needs_root
def test_root_follows_no_link_to_elsewhere(new_site, tmp_path):
    site = new_site()
    site.folder.mkdir()
    site.cluster.symlink_to(tmp_path)
    assert "may only lead into" in site.refused("ask('SELECT 1')")
    site.cluster.unlink()


@needs_root
def test_root_opens_no_folder_to_others(new_site):
    site = new_site("closed/data")
    closed = site.folder.parent
    closed.chmod(0o700)
    parents = {folder: stat.filemode(folder.stat().st_mode) for folder in site.folder.parents}
    assert site.run("print(ask('SELECT 1'))", umask=0o077) == "1"
    assert {folder: stat.filemode(folder.stat().st_mode) for folder in site.folder.parents} == parents
