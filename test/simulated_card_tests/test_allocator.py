import pytest
from simulated_card.allocator import MIB, CachingAllocator, Refused

KIB = 1024


def allocator_with(room_mib=1000):
    made = CachingAllocator(lambda: room_mib * MIB - made.reserved.current)
    return made


@pytest.mark.parametrize(
    ("requested", "allocated"), [(1, 512), (512, 512), (513, 1024), (MIB + 1, MIB + 512), (3 * MIB, 3 * MIB)]
)
def test_sizes_are_rounded_to_512_bytes(requested, allocated):
    allocator = allocator_with()
    allocator.allocate(requested)
    assert allocator.allocated.current == allocated


@pytest.mark.parametrize(
    ("requested", "segment_mib"),
    [(512, 2), (MIB, 2), (MIB + 1, 20), (10 * MIB - 512, 20), (10 * MIB, 10), (21 * MIB, 22)],
)
def test_segments_have_the_sizes_of_pytorchs_pools(requested, segment_mib):
    allocator = allocator_with()
    allocator.allocate(requested)
    assert allocator.reserved.current == segment_mib * MIB


def test_small_and_large_requests_never_share_a_segment():
    allocator = allocator_with()
    allocator.allocate(4 * MIB)
    allocator.allocate(4 * KIB)
    assert allocator.reserved.current == 22 * MIB


def test_a_second_small_request_comes_from_what_is_left_of_the_first_ones_segment():
    allocator = allocator_with()
    allocator.allocate(100 * KIB)
    allocator.allocate(100 * KIB)
    assert allocator.reserved.current == 2 * MIB
    assert allocator.allocated.current == 200 * KIB


def test_a_large_block_keeps_a_remainder_of_up_to_one_mib():
    allocator = allocator_with()
    allocator.release(allocator.allocate(12 * MIB))
    allocator.allocate(11 * MIB)
    assert allocator.allocated.current == 12 * MIB


def test_a_large_block_gives_up_a_remainder_of_more_than_one_mib():
    allocator = allocator_with()
    allocator.release(allocator.allocate(12 * MIB))
    allocator.allocate(11 * MIB - 512)
    assert allocator.allocated.current == 11 * MIB - 512


def test_the_smallest_free_block_that_fits_is_taken():
    allocator = allocator_with()
    large, small = allocator.allocate(40 * MIB), allocator.allocate(30 * MIB)
    allocator.release(large)
    allocator.release(small)
    assert allocator.allocate(29 * MIB + MIB // 2) is small


def test_released_neighbours_become_one_block():
    allocator = allocator_with()
    blocks = [allocator.allocate(5 * MIB) for _ in range(4)]
    for block in (blocks[0], blocks[2], blocks[1], blocks[3]):
        allocator.release(block)
    allocator.allocate(20 * MIB - 512)
    assert allocator.reserved.current == 20 * MIB


def test_the_cache_keeps_released_memory_until_it_is_emptied():
    allocator = allocator_with()
    allocator.release(allocator.allocate(30 * MIB))
    assert (allocator.allocated.current, allocator.reserved.current) == (0, 30 * MIB)
    allocator.empty_cache()
    assert allocator.reserved.current == 0


def test_emptying_the_cache_leaves_segments_with_a_live_block():
    allocator = allocator_with()
    first, second = allocator.allocate(5 * MIB), allocator.allocate(5 * MIB)
    allocator.release(second)
    allocator.empty_cache()
    assert allocator.reserved.current == 20 * MIB
    allocator.release(first)
    allocator.empty_cache()
    assert allocator.reserved.current == 0


def test_a_full_device_makes_the_cache_go_and_the_request_is_tried_once_more():
    allocator = allocator_with(room_mib=50)
    allocator.release(allocator.allocate(30 * MIB))
    allocator.allocate(40 * MIB)
    assert (allocator.retries, allocator.ooms, allocator.reserved.current) == (1, 0, 40 * MIB)


def test_a_request_that_even_an_empty_cache_cannot_meet_is_refused_and_counted():
    allocator = allocator_with(room_mib=50)
    allocator.allocate(30 * MIB)
    with pytest.raises(Refused) as refused:
        allocator.allocate(30 * MIB)
    assert (refused.value.requested, refused.value.capped) == (30 * MIB, False)
    assert (allocator.retries, allocator.ooms, allocator.allocated.current) == (1, 1, 30 * MIB)


def test_the_processs_own_cap_refuses_where_the_device_would_not():
    allocator = allocator_with()
    allocator.cap = 25 * MIB
    with pytest.raises(Refused) as refused:
        allocator.allocate(26 * MIB)
    assert refused.value.capped


def test_resetting_peaks_starts_them_from_what_is_held_now():
    allocator = allocator_with()
    kept, gone = allocator.allocate(20 * MIB), allocator.allocate(30 * MIB)
    allocator.release(gone)
    allocator.empty_cache()
    assert (allocator.allocated.peak, allocator.reserved.peak) == (50 * MIB, 50 * MIB)
    allocator.reset_peaks()
    assert (allocator.allocated.peak, allocator.reserved.peak) == (kept.size, 20 * MIB)


def test_resetting_peaks_leaves_the_onlookers_peaks_alone():
    allocator = allocator_with()
    allocator.watch()
    allocator.release(allocator.allocate(30 * MIB))
    allocator.empty_cache()
    allocator.reset_peaks()
    assert allocator.reserved.watched == 30 * MIB


def test_every_change_of_reserved_memory_is_told():
    heard = []
    allocator = CachingAllocator(lambda: 100 * MIB, lambda: heard.append(allocator.reserved.current))
    allocator.release(allocator.allocate(30 * MIB))
    allocator.empty_cache()
    assert heard == [30 * MIB, 0]
