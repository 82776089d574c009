"""The common prefix of two texts: the unchanged part of a partial that grew or was revised."""


def common_prefix(old: str, new: str) -> int:
    """Length of the common prefix in characters. A binary search, which is fast for long texts."""
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
