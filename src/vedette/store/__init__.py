"""Where things live on disk: case folders in, results out. Nothing here computes.

In: a path. Out: checked stage types, or one clear error that names file, row, column and remedy.
"""

from vedette.store.case_folder import Basemap, Case, list_cases, read_case, read_outcome
from vedette.store.write import OutputFolder, write_bytes

__all__ = ["Basemap", "Case", "OutputFolder", "list_cases", "read_case", "read_outcome", "write_bytes"]
