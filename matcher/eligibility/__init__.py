"""Hard rules: as sentences for people (`rules`) and as one mask for the search (`mask`)."""

from matcher.eligibility.mask import EligibilityTable
from matcher.eligibility.need_mask import NeedEligibilityTable
from matcher.eligibility.rules import HIGH_ALTITUDE_M, check, is_eligible

__all__ = ["HIGH_ALTITUDE_M", "EligibilityTable", "NeedEligibilityTable", "check", "is_eligible"]
