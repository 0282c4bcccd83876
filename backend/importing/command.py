"""The import as people run it: with a progress bar, and faults one to a line.

`madoguchi backend import FOLDER` is `import_command(folder, settings)`.
"""

import asyncio
from pathlib import Path

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from backend.database import Database
from backend.importing.faults import ImportFailed
from backend.importing.folder import Report, import_folder
from backend.migrations import upgrade
from backend.settings import BackendSettings


def import_command(folder: Path, settings: BackendSettings) -> int:
    """Bring the tables up to date and import a folder; 0, or 1 after printing every fault."""
    console = Console(stderr=True)
    try:
        report = asyncio.run(_import_with_bar(folder, settings, console))
    except ImportFailed as failed:
        for fault in failed.faults:
            console.print(str(fault), markup=False, highlight=False, soft_wrap=True)
        console.print("Nothing was imported.")
        return 1
    for file, count in report.counts.items():
        console.print(f"{file}: {count:,}", highlight=False)
    console.print(f"Imported in {report.seconds:.1f} s.", highlight=False)
    return 0


async def _import_with_bar(folder: Path, settings: BackendSettings, console: Console) -> Report:
    await upgrade(settings.database_url)
    database = Database(settings.database_url)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    try:
        with Progress(*columns, console=console) as bar:
            tasks: dict[str, TaskID] = {}

            def show(file: str, done: int, size: int) -> None:
                if file not in tasks:
                    tasks[file] = bar.add_task(file, total=size)
                bar.update(tasks[file], completed=done)

            return await import_folder(folder, database.engine, settings.clock, show)
    finally:
        await database.close()
