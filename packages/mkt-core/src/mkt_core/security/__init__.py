"""Response headers that a browser obeys: Content Security Policy, Permissions-Policy and their kin.

Names here may be used while settings are read: nothing of them looks at a setting.
"""

from ._csp import CSP
from .policies import admin_policy, site_policy
from .settings import recommended

__all__ = ["CSP", "admin_policy", "recommended", "site_policy"]
