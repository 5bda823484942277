"""The explorers of the lessons, each in its module; `panel` holds what they share."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "acquisition": ["scorecard_explorer"],
        "development": ["ladder_explorer"],
        "retention": ["retention_explorer", "threshold_explorer"],
        "segments": ["segment_explorer"],
        "value": ["clv_calculator", "value_weights"],
    },
)
