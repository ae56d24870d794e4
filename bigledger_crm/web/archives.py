"""How pages show archives that a worker makes."""

from django.utils.translation import gettext_lazy as _

from bigledger_crm.requested_archives import ArchiveStatus, RequestedArchive
from bigledger_crm.web.components import StatusBadge

_BADGES = {
    ArchiveStatus.QUEUED: StatusBadge(_("Being prepared"), "info"),
    ArchiveStatus.READY: StatusBadge(_("Ready"), "good"),
    ArchiveStatus.FAILED: StatusBadge(_("Failed"), "bad"),
}


def archive_badge(archive: RequestedArchive) -> StatusBadge:
    """Where an archive stands."""
    return _BADGES[ArchiveStatus(archive.status)]
