"""`manage.py ai_evaluate`: how often the local engine is right, on files, on the published sets, on this desk."""

import argparse
import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

TARGETS = ("queue", "priority")
PARTS = ("routing", "articles", "similar", "duration")


class Command(BaseCommand):
    help = (
        "Judges the local engine. With --train (and --test): learns from one file, judges on the other (or on a part "
        "of the same). With --routing, --articles, --similar, --duration or --report: on the sets in --data. With "
        "nothing: on this desk's own closed tickets. Nothing is changed on the desk."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--train", type=Path, help="CSV or JSON lines (also .gz) with subject, body and the target")
        parser.add_argument("--test", type=Path, help="the same, to judge by (default: a fifth of --train)")
        parser.add_argument("--target", choices=TARGETS, help="column that is predicted")
        parser.add_argument("--routing", action="store_true", help="classification, on the sets")
        parser.add_argument("--articles", action="store_true", help="finding articles, on the sets")
        parser.add_argument("--similar", action="store_true", help="finding similar tickets and answers, on the sets")
        parser.add_argument("--duration", action="store_true", help="time until solved, on the sets")
        parser.add_argument(
            "--data", type=Path, default=settings.BASE_DIR.parent / "shared" / "data", help="folder of the sets"
        )
        parser.add_argument("--report", type=Path, help="write tables into this file: those of the named parts, or all")
        parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")

    def handle(self, *args: Any, **options: Any) -> None:
        from ai_assist.local.datasets import BadFile
        from ai_assist.local.learning import TooLittle

        self.say_as_json = options["json"]
        try:
            if options["train"] or options["test"]:
                self.files(options)
            elif options["report"] or any(options[part] for part in PARTS):
                self.sets(options)
            else:
                self.desk()
        except BadFile as error:
            raise CommandError(str(error)) from error
        except TooLittle as error:
            raise CommandError(
                f"Too little to learn {error} from: two values with three rows each are needed."
            ) from error

    def files(self, options: dict[str, Any]) -> None:
        from ai_assist.local.evaluation.routing import judge_files
        from ai_assist.local.evaluation.writing import routing_table

        if not options["train"] or not options["target"]:
            raise CommandError("--train and --target are needed.")
        report = judge_files(options["train"], options["test"], options["target"])
        self.say(report, routing_table([report]))

    def sets(self, options: dict[str, Any]) -> None:
        from ai_assist.local.evaluation import sets
        from ai_assist.local.evaluation.writing import put_into, whole

        folder = options["data"]
        wanted = [part for part in PARTS if options[part]] or PARTS
        judges = {
            "routing": self.routing,
            "articles": sets.articles,
            "similar": sets.similar,
            "duration": sets.durations,
        }
        report = {part: judges[part](folder) for part in wanted}
        if not any(report.values()):
            raise CommandError(f"No set is in {folder}.")
        if options["report"] is not None:
            put_into(options["report"], report)
        self.say(report, whole(report))

    def routing(self, folder: Path) -> list[dict[str, Any]]:
        from ai_assist.local.evaluation import sets
        from ai_assist.local.evaluation.routing import judge_files

        named = [(sets.present(folder, name), target) for name, target in sets.ROUTING]
        return [judge_files(path, None, target) for path, target in named if path is not None]

    def desk(self) -> None:
        from ai_assist.local.evaluation import desk
        from ai_assist.local.evaluation.writing import whole

        report = desk.evaluate()
        desk.keep(report)
        routing = [found | {"target": target} for target, found in report["routing"].items() if found]
        finding = {part: {"this desk": report[part]} for part in ("articles", "similar") if report[part]}
        text = whole({"routing": routing, **finding})
        self.say(report, text or f"Too few closed tickets to judge by: {report['closed']}.")

    def say(self, report: dict[str, Any], text: str) -> None:
        self.stdout.write(json.dumps(report, ensure_ascii=False) if self.say_as_json else text)
