"""Accounts and comments. allauth's views under addresses of our own, so its names stay as it knows them; and none of
them is kept by a cache, because their forms carry a token."""

from allauth.account import views as allauth_views
from django.urls import path, re_path
from django.views.decorators.cache import never_cache

from staffellauf.website.views import accounts, comments

# Cut off where a 64-bit key ends.
COMMENT = r"^kommentare/(?P<comment_id>[0-9]{1,18})/"

pages = [
    path("konto/anmelden/", never_cache(allauth_views.login), name="account_login"),
    path("konto/anmelden/link/", accounts.send_link, name="account_send_link"),
    path("konto/anmelden/link/gesendet/", accounts.link_sent, name="account_link_sent"),
    path("konto/anmelden/link/<str:token>/", accounts.sign_in_by_link, name="account_sign_in_by_link"),
    path("konto/abmelden/", never_cache(allauth_views.logout), name="account_logout"),
    path("konto/gesperrt/", never_cache(allauth_views.account_inactive), name="account_inactive"),
    path("konto/registrieren/", never_cache(allauth_views.signup), name="account_signup"),
    path("konto/bestaetigung/", never_cache(allauth_views.reauthenticate), name="account_reauthenticate"),
    path("konto/e-mail/", never_cache(allauth_views.email), name="account_email"),
    path(
        "konto/e-mail/gesendet/",
        never_cache(allauth_views.email_verification_sent),
        name="account_email_verification_sent",
    ),
    re_path(
        r"^konto/e-mail/(?P<key>[-:\w]+)/$", never_cache(allauth_views.confirm_email), name="account_confirm_email"
    ),
    path("konto/passwort/", never_cache(allauth_views.password_change), name="account_change_password"),
    path("konto/passwort/setzen/", never_cache(allauth_views.password_set), name="account_set_password"),
    path("konto/passwort/vergessen/", never_cache(allauth_views.password_reset), name="account_reset_password"),
    path(
        "konto/passwort/vergessen/gesendet/",
        never_cache(allauth_views.password_reset_done),
        name="account_reset_password_done",
    ),
    path(
        "konto/passwort/neu/fertig/",
        never_cache(allauth_views.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^konto/passwort/neu/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        never_cache(allauth_views.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path("mein/konto/", accounts.show, name="account"),
    path("mein/konto/export/", accounts.export, name="account_export"),
    path("konto/geloescht/", accounts.deleted, name="account_deleted"),
    path("mein/konto/loeschung/", accounts.deletion, name="account_deletion"),
    path("mein/konto/loeschung/<str:token>/", accounts.deletion_by_link, name="account_deletion_by_link"),
    path("news/<slug:slug>/kommentare/", comments.write, name="comments"),
    re_path(COMMENT + r"$", comments.show, name="comment"),
    re_path(COMMENT + r"antworten/$", comments.reply, name="comment_replies"),
    re_path(COMMENT + r"melden/$", comments.report, name="comment_report"),
]
