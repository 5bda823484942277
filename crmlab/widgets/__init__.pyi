from .acquisition import scorecard_explorer as scorecard_explorer
from .baskets import chance_explorer as chance_explorer
from .development import ladder_explorer as ladder_explorer
from .retention import retention_explorer as retention_explorer
from .retention import threshold_explorer as threshold_explorer
from .segments import segment_explorer as segment_explorer
from .value import clv_calculator as clv_calculator
from .value import value_weights as value_weights
