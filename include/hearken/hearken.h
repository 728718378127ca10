// Everything public, in one include.
#pragma once

#include "hearken/bench.h"
#include "hearken/error.h"
#include "hearken/exchange.h"
#include "hearken/find.h"
#include "hearken/hub.h"
#include "hearken/index.h"
#include "hearken/library.h"
#include "hearken/like.h"
#include "hearken/model.h"
#include "hearken/model_tools.h"
#include "hearken/playlist.h"
#include "hearken/score.h"
#include "hearken/similar.h"
#include "hearken/version.h"
