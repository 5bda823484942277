"""The cards of a role play: what the guide of a session says to each role, one page each."""

from pathlib import Path

from crmlab.language import current_language
from crmlab.output import check_targets, render, write_whole
from crmlab.workshop.course import guide_of
from crmlab.workshop.guide import read_guide

_TEMPLATE = Path(__file__).with_name("cards.html.j2")


def role_cards(play):
    """Return the cards as one HTML page, its frame in the language in use.

    Parameters
    ----------
    play : crmlab.workshop.guide.RolePlay
        Its briefs are in the language of the guide.

    Returns
    -------
    str
    """
    import mistune

    markdown = mistune.create_markdown(escape=True)
    return render(
        _TEMPLATE,
        language=current_language(),
        title=play.title,
        minutes=play.minutes,
        setting=markdown(play.setting),
        roles=[{"name": role.name, "brief": markdown(role.brief)} for role in play.roles],
        debrief=markdown(play.debrief),
    )


def write_cards(session, path, overwrite=False):
    """Write the role cards of a session of the course.

    Parameters
    ----------
    session : str or int
        ``"3a"``, or 3 where the chapter has one session only.
    path : str or os.PathLike
    overwrite : bool, default False

    Returns
    -------
    pathlib.Path

    Raises
    ------
    CRMError
        If there is no such session, its guide has no role play in the form of a guide, or there is
        such a file and `overwrite` is False.
    OSError
        If the file cannot be written.
    """
    path = Path(path)
    check_targets([path], overwrite)
    write_whole(path, role_cards(read_guide(guide_of(session)).role_play))
    return path
