"""The common prefix of two texts: what is unchanged of a partial that grew or was revised."""


def common_prefix(old: str, new: str) -> int:
    """How many characters both texts begin with alike. By halving, so it is cheap for long ones."""
    if new.startswith(old):
        return len(old)
    low, high = 0, min(len(old), len(new))
    while low < high:
        middle = (low + high + 1) // 2
        if old[low:middle] == new[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
