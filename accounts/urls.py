"""Pages of accounts; logging in and signing up are allauth's, under /accounts/."""

from django.urls import path, re_path

from accounts.views import administration, approval, avatars, departments, pending, people, profile, tokens

app_name = "accounts"
urlpatterns = [
    path("pending", pending.page, name="pending"),
    path("me/profile", profile.page, name="profile"),
    path("me/profile/validate", profile.validate, name="profile_validate"),
    path("me/profile/avatar", profile.avatar, name="profile_avatar"),
    path("me/preferences", profile.preferences, name="preferences"),
    path("me/tokens", tokens.page, name="tokens"),
    path("me/tokens/<int:pk>/revoke", tokens.revoke, name="token_revoke"),
    re_path(r"^avatars/(?P<key>[0-9a-f]{32})\.webp$", avatars.avatar, name="avatar"),
    path("people/<int:pk>", people.page, name="person"),
    path("people/<int:pk>/card", people.card_fragment, name="person_card"),
    path("settings", administration.start, name="settings"),
    path("settings/people", administration.people, name="settings_people"),
    path("settings/people/pending", approval.page, name="people_pending"),
    path("settings/people/<int:pk>", administration.person, name="settings_person"),
    path("settings/people/<int:pk>/approve", approval.approve, name="person_approve"),
    path("settings/people/<int:pk>/reject", approval.reject, name="person_reject"),
    path("settings/people/<int:pk>/profile", administration.profile, name="person_profile"),
    path("settings/people/<int:pk>/role", administration.role, name="person_role"),
    path("settings/people/<int:pk>/departments", administration.departments, name="person_departments"),
    path("settings/people/<int:pk>/suspend", administration.suspend, name="person_suspend"),
    path("settings/people/<int:pk>/reactivate", administration.reactivate, name="person_reactivate"),
    path("settings/people/<int:pk>/picture", administration.picture, name="person_picture"),
    path("settings/people/<int:pk>/tokens/<int:token_pk>/revoke", administration.revoke, name="person_token_revoke"),
    path("settings/departments", departments.department_list, name="settings_departments"),
    path("settings/departments/new", departments.department, name="department_new"),
    path("settings/departments/<int:pk>", departments.department, name="settings_department"),
    path("settings/domains", departments.domain_list, name="settings_domains"),
    path("settings/domains/<int:pk>", departments.domain_list, name="settings_domain"),
    path("settings/domains/<int:pk>/remove", departments.domain_remove, name="domain_remove"),
]
