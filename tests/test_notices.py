"""What the package says, and when it holds its tongue."""

from crmlab.notices import quiet, say


def test_a_quiet_block_within_another_leaves_the_outer_one_quiet(capsys):
    with quiet():
        with quiet():
            say("inside")
        say("outside")
    say("afterwards")
    assert capsys.readouterr().out == "afterwards\n"
