// The order of a list: a short way through all of its tracks.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace hearken::tasks {

/// An order of n = groups.size() things that begins with thing 0, in which the sum over neighbours of cost[a · n + b]
/// (b follows a; need not be symmetric) is small, plus 1 for each two neighbours of one group and 1/2 for each two with
/// one other between them. Groups are numbers; a negative one is no group. Built from nearest neighbours, then bettered
/// by moving up to three in a row by up to 100 places until nothing helps: a local optimum, the same on every run.
std::vector<std::size_t> smooth_order(std::span<const double> cost, std::span<const int> groups);

/// What smooth_order() makes small.
double cost_of_order(std::span<const double> cost, std::span<const int> groups, std::span<const std::size_t> order);

}  // namespace hearken::tasks
