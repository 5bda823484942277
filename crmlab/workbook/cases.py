"""What the cases of all exercises share: the data of one participant."""


def handed_out(make):
    """Make a table once and hand out copies: what a learner does to one leaves the checks alone.

    Parameters
    ----------
    make : callable
        Method of a case without arguments; returns a pandas object.

    Returns
    -------
    property
    """
    key = f"_{make.__name__}"

    def get(case):
        if key not in vars(case):
            vars(case)[key] = make(case)
        # Columns are shared until one is written to (pandas' copy-on-write).
        return vars(case)[key].copy(deep=False)

    return property(get, doc=make.__doc__)
