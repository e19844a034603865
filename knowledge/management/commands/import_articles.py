from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from flowtic.core.actor import Actor
from knowledge.importing.folder import import_folder


class Command(BaseCommand):
    help = (
        "Imports the Markdown (front matter optional) and HTML files of a folder as articles. A file that was imported "
        "before updates its article, unless people have changed it since."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder")
        parser.add_argument("--source", default="", help="name of the collection (default: the folder's name)")
        parser.add_argument("--category", default="", help="key of the category for files that name none")
        parser.add_argument("--language", default="", choices=["", "de", "en"], help="where a file does not tell")
        parser.add_argument("--draft", action="store_true", help="publish nothing")
        parser.add_argument("--dry-run", action="store_true", help="read everything, write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = Path(options["folder"])
        if not folder.is_dir():
            raise CommandError(f"There is no folder {folder}.")
        result = import_folder(
            Actor.system("import"),
            folder,
            source=options["source"],
            category=options["category"],
            language=options["language"],
            draft=options["draft"],
            dry_run=options["dry_run"],
        )
        for name, reason in result.left:
            self.stdout.write(f"left alone: {name}: {reason}")
        for name, reason in result.failed:
            self.stderr.write(f"failed: {name}: {reason}")
        word = "could be imported" if options["dry_run"] else "imported"
        self.stdout.write(
            f"{result.imported} {word}, {result.updated} updated, {result.skipped} skipped, {len(result.failed)} failed"
        )
        if result.failed:
            raise CommandError("Some files were not imported.", returncode=1)
