"""The editors' screens, one module a screen; `wagtail_hooks` registers them."""
