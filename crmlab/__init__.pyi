# What `import crmlab as crm` offers. The same file tells editors the names and, at run
# time, lazy_loader where each name lives, so that a module is loaded when it is used.
from . import datasets as datasets
from . import plots as plots
from . import widgets as widgets
from .company import Company as Company
from .errors import CRMError as CRMError
from .errors import TransactionError as TransactionError
from .language import current_language as current_language
from .language import use_language as use_language
from .lesson import quiz as quiz
from .lesson import tell as tell
from .pyramid import Pyramid as Pyramid
from .pyramid import gini as gini
from .pyramid import lorenz_curve as lorenz_curve
from .pyramid import top_share as top_share
from .reading import Reading as Reading
from .reading import check_transactions as check_transactions
from .reading import read_transactions as read_transactions
from .rfm import RFM as RFM
from .summary import refund_only_customers as refund_only_customers
from .summary import summarize as summarize
