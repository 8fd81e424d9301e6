"""Who signs in: one row a person, by email."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.validators import validate_email
from django.db import models
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from clients.models.fields import (
    EMAIL_MOST,
    LONGEST_EMAIL,
    LONGEST_NAME,
    NAME_VALIDATORS,
    one_line,
    time_zone_field,
)
from clients.states import Density, Language, Theme
from config.kernel import letters


class UserManager(BaseUserManager["User"]):
    """Makes users with the address as it is compared: in small letters."""

    use_in_migrations = False

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A user who may sign in; without a password, only by a code to that address."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A user who may do everything in admin."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        """By address, in whatever letters it is typed."""
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in.  What they are (coach, client, mechanic) is a row elsewhere."""

    email = models.TextField(_("email"), validators=[validate_email, EMAIL_MOST])
    full_name = models.TextField(_("full name"), blank=True, default="", db_default="", validators=NAME_VALIDATORS)
    password = models.TextField(_("password"), blank=True, default="", db_default="")
    last_login = models.DateTimeField(_("last sign-in"), null=True, blank=True)
    time_zone = time_zone_field()
    language = models.TextField(
        _("language"), choices=Language, default=Language.GREEK, db_default=Language.GREEK.value
    )
    theme = models.TextField(_("colours"), choices=Theme, default=Theme.SYSTEM, db_default=Theme.SYSTEM.value)
    density = models.TextField(
        _("density"), choices=Density, default=Density.COMFORTABLE, db_default=Density.COMFORTABLE.value
    )
    shortcuts = models.BooleanField(_("keyboard shortcuts"), default=True, db_default=True)
    is_active = models.BooleanField(_("may sign in"), default=True, db_default=True)
    is_staff = models.BooleanField(_("works in the office"), default=False, db_default=False)
    is_superuser = models.BooleanField(_("may do everything"), default=False, db_default=False)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.UniqueConstraint(fields=["email"], name="user_email_key"),
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_is_lower"),
            models.CheckConstraint(condition=one_line("email", LONGEST_EMAIL), name="user_email_is_sane"),
            models.CheckConstraint(condition=one_line("full_name", LONGEST_NAME), name="user_name_is_sane"),
            models.CheckConstraint(condition=models.Q(language__in=Language.values), name="user_language_known"),
            models.CheckConstraint(condition=models.Q(theme__in=Theme.values), name="user_theme_known"),
            models.CheckConstraint(condition=models.Q(density__in=Density.values), name="user_density_known"),
        ]

    def __str__(self) -> str:
        return self.full_name or self.email

    def clean(self) -> None:
        self.email = self.email.strip().lower()

    def get_full_name(self) -> str:
        return self.full_name or self.email

    def get_short_name(self) -> str:
        return first_word(self.full_name) or self.email

    @property
    def initials(self) -> str:
        """Up to two letters for the avatar."""
        return letters.initials(self.full_name or self.email)


def first_word(name: str) -> str:
    """The first name of "Maria Papadopoulou"; empty for an empty name."""
    return name.split(maxsplit=1)[0] if name.strip() else ""
