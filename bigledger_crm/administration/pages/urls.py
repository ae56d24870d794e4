"""The URLs of administration; the project includes them under the namespace `pages`."""

from django.urls import path

from bigledger_crm.administration.pages import api_keys, audit_log, email, hand_over, index, members

_KEY = "settings/api-keys/<str:public_id>"
urlpatterns = [
    path("settings", index.SettingsIndexView.as_view(), name="settings"),
    path("settings/api-keys", api_keys.ApiKeyListView.as_view(), name="api-keys"),
    path("settings/api-keys/new", api_keys.ApiKeyCreateView.as_view(), name="new-api-key"),
    path(_KEY, api_keys.ApiKeyDetailView.as_view(), name="api-key"),
    path(f"{_KEY}/rotate", api_keys.ApiKeyRotateView.as_view(), name="api-key-rotate"),
    path(f"{_KEY}/revoke", api_keys.ApiKeyRevokeView.as_view(), name="api-key-revoke"),
    path("settings/members", members.MemberListView.as_view(), name="members"),
    path("settings/members/invite", members.InvitationCreateView.as_view(), name="invite-member"),
    path("settings/members/<str:public_id>", members.MemberUpdateView.as_view(), name="member"),
    path("settings/members/<str:public_id>/hand-over", hand_over.HandOverView.as_view(), name="hand-over"),
    path("settings/members/<str:public_id>/remove", hand_over.MemberRemoveView.as_view(), name="remove-member"),
    path("settings/invitations/<str:public_id>", members.InvitationWithdrawView.as_view(), name="invitation"),
    path("account/leave", members.LeaveCompanyView.as_view(), name="leave-company"),
    path("settings/audit-log", audit_log.AuditLogView.as_view(), name="audit-log"),
    path("settings/audit-log/<str:public_id>", audit_log.AuditEntryView.as_view(), name="audit-entry"),
    path("settings/email", email.EmailSettingsView.as_view(), name="email-settings"),
    path("settings/email/test", email.TestEmailView.as_view(), name="email-test"),
]
