"""What all tests share: asserts in the fakes explain themselves as those in tests do."""

import pytest

pytest.register_assert_rewrite("tests.fakes", "tests.chaos")
