// Figures of merit and how sure they are, on plain numbers.
//
// Everything is float64, summed in order: the same bits on every run. Items are numbered from 0. Of items with equal
// scores the one with the lower number comes first. Nothing here throws but where it says so; pure functions, any
// thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace hearken::eval {

// ── one query ──

/// The items by descending score. A NaN counts as the lowest score there is.
std::vector<std::size_t> ranking(std::span<const double> scores);

/// The places, from 1 and ascending, that `relevant` items (each below scores.size(), no two equal) take in ranking().
std::vector<std::size_t> places(std::span<const double> scores, std::span<const std::size_t> relevant);

/// Average precision at k of a query whose relevant items are at `places` (ascending, from 1, not empty):
///     1 / min(R, k) · sum over the i-th place p <= k of i / p
/// For one relevant item that is 1 / p, or 0 behind k.
double average_precision(std::span<const std::size_t> places, std::size_t k);

// ── many queries ──

/// NaN of nothing, as of all that follows.
double mean(std::span<const double> values);
/// Of the population: sqrt(mean of (x - mean)^2).
double deviation(std::span<const double> values);
/// The middle one, or the mean of the middle two.
double median(std::span<const double> values);
/// The value below which a share `q` (0 to 1) lies, linearly between neighbours (Hyndman and Fan's type 7, NumPy's
/// default).
double quantile(std::span<const double> values, double q);

/// The share of equal pairs; both spans are equally long.
double accuracy(std::span<const std::size_t> predicted, std::span<const std::size_t> truth);

/// Share of queries whose first relevant item is among the first k; `first_places` from 1.
double recall_at(std::span<const double> first_places, std::size_t k);

// ── chance: a ranking drawn at random ──

/// Chance that one of `relevant` items among `items` is among the first k.
double random_recall(std::size_t items, std::size_t relevant, std::size_t k);
/// Expected average_precision at k.
double random_average_precision(std::size_t items, std::size_t relevant, std::size_t k);
/// The least place at or before which the first relevant item lies in at least half of the rankings, for queries whose
/// numbers of relevant items are `relevant`.
double random_median_place(std::size_t items, std::span<const std::size_t> relevant);

// ── rank correlation ──

/// The ranks from 1, ascending; equal values share the mean of theirs.
std::vector<double> ranks(std::span<const double> values);
/// Pearson's correlation of the ranks of two equally long series; NaN when one of them is constant.
double spearman(std::span<const double> a, std::span<const double> b);

// ── how sure ──

struct Interval {
  double low = 0, high = 0;
};

/// 95 % interval of a share of `hits` among `trials` independent ones, without continuity correction (Wilson, Probable
/// inference, JASA 22, 1927). [0, 1] of no trials.
Interval wilson(std::size_t hits, std::size_t trials);

inline constexpr std::size_t kResamples = 2000;
inline constexpr std::uint32_t kBootstrapSeed = 1;

/// 95 % percentile interval by the bootstrap (Efron): `statistic` of n rows drawn with replacement among n, kResamples
/// times. Rows are drawn by the Mersenne Twister MT19937 of `seed`, one number x a row: floor(x · n / 2^32); n is below
/// 2^32. Resamples whose statistic is NaN are left out; NaN, NaN when none is left.
Interval bootstrap(std::size_t n, const std::function<double(std::span<const std::size_t> rows)>& statistic,
                   std::uint32_t seed = kBootstrapSeed);

/// bootstrap() of the mean.
Interval bootstrap_mean(std::span<const double> values, std::uint32_t seed = kBootstrapSeed);

}  // namespace hearken::eval
