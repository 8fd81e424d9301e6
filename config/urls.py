"""Every address of the site: one include per room."""

from __future__ import annotations

from allauth.account.decorators import secure_admin_login
from allauth.account.views import email
from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.decorators.http import require_safe

from config.kernel import office
from config.pages import mailbox

admin.autodiscover()
office.furnish(admin.site)
# Admin's own form knows no limits and no second factor: everybody signs in the same way.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("", include("config.pages.urls")),
    path("", include("clients.urls")),
    path("", include("scheduling.urls")),
    path("admin/", admin.site.urls),
    # The address is part of the record: the office changes it, the page only shows it.
    path("account/email/", require_safe(email), name="account_email"),
    path("account/", include("allauth.urls")),
]

if settings.MAILBOX_DIR:
    # What is sent stays here, to be looked at; where mails leave, there is no such address.
    urlpatterns += mailbox.urlpatterns

handler400 = "config.pages.views.bad_request"
handler403 = "config.pages.views.permission_denied"
handler404 = "config.pages.views.not_found"
handler500 = "config.pages.views.server_error"
