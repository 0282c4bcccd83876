"""Import of a retailer's folder: JSON Lines in, everything or nothing."""

from backend.importing.faults import Fault, ImportFailed
from backend.importing.folder import Report, import_folder, is_empty

__all__ = ["Fault", "ImportFailed", "Report", "import_folder", "is_empty"]
