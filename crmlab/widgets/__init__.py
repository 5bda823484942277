"""The explorers of the lessons; `panel` holds what they share."""

from crmlab.widgets.segments import segment_explorer

__all__ = ["segment_explorer"]
