# What `import crmlab as crm` offers. The same file tells editors the names and, at run
# time, lazy_loader where each name lives, so that a module is loaded when it is used.
# The map of the house is the docstring of the package, in `__init__.py`.
from . import attribution as attribution
from . import churn as churn
from . import clv as clv
from . import datasets as datasets
from . import plots as plots
from . import widgets as widgets
from .arguments import steady as steady
from .clv import BetaGeometricNBD as BetaGeometricNBD
from .clv import GammaGamma as GammaGamma
from .clv import ShiftedBetaGeometric as ShiftedBetaGeometric
from .clv import clv_closed_form as clv_closed_form
from .clv import clv_contribution as clv_contribution
from .clv import clv_formula as clv_formula
from .clv import clv_simple as clv_simple
from .clv import customer_lifetime_value as customer_lifetime_value
from .clv import tornado as tornado
from .company import Company as Company
from .errors import CRMError as CRMError
from .errors import TransactionError as TransactionError
from .language import current_language as current_language
from .language import use_language as use_language
from .lesson import evidence as evidence
from .lesson import quiz as quiz
from .lesson import tell as tell
from .logs.reading import Reading as Reading
from .logs.reading import check_transactions as check_transactions
from .logs.reading import read_transactions as read_transactions
from .logs.summary import refund_only_customers as refund_only_customers
from .logs.summary import summarize as summarize
from .segmentation.pyramid import Pyramid as Pyramid
from .segmentation.pyramid import gini as gini
from .segmentation.pyramid import lorenz_curve as lorenz_curve
from .segmentation.pyramid import top_share as top_share
from .segmentation.rfm import RFM as RFM
