"""The `audioop` library, imported in one place.

Python 3.11 and 3.12 contain it and warn at its import; from 3.13 on the audioop-lts package
brings it.
"""

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    import audioop

__all__ = ["audioop"]
