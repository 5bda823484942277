"""``crmlab doctor``: check a computer before a workshop."""

import sys

from crmlab.cli.base import Command
from crmlab.language import gettext as _


def command():
    """Return the command, described in the language in use."""
    return Command(
        "doctor",
        run,
        short_help=_("check this computer before a workshop"),
        help=_(
            "Check Python, packages, fonts, browser, disk and files, and run the first chapter. "
            "For each fault it says what to do."
        ),
    )


def run():
    """Run every check, print a line for each, and return 0 if no fault was found, else 1."""
    from crmlab.cli.doctor.checks import CHECKS, findings

    print(_("Checking this computer for the course; this takes up to a minute."))
    signs, faults = _signs(), 0
    for topic in CHECKS:
        for finding in findings(topic):
            faults += finding.state == "fault"
            print(signs[finding.state], finding.text, flush=True)
            if finding.what_to_do:
                print("   ", signs["what to do"], finding.what_to_do, flush=True)
    if faults:
        print(_("Not ready: mend what is marked {sign}, then check again.").format(**signs))
    else:
        print(_("Ready for the course."))
    return 1 if faults else 0


def _signs():
    signs = {"good": "✓", "warning": "!", "fault": "✗", "what to do": "→"}
    try:
        "".join(signs.values()).encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        signs = {"good": "ok", "warning": "!", "fault": "x", "what to do": ">"}
    return signs | {"sign": signs["fault"]}
