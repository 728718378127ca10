// The Model Context Protocol: JSON-RPC 2.0 messages of programs that act for a language model
// (https://modelcontextprotocol.io/specification/2025-06-18). No state is kept between messages.
#pragma once

#include <istream>
#include <ostream>

#include "server/app.h"
#include "server/http/http.h"

namespace hearken::server {

/// The work of the message in request.body: 200 with the answer, 202 without a body where none is due (a notification).
/// What is wrong with a message is an answer, too. Throws Elsewhere only. The request outlives the work.
Work mcp_work(Worker& worker, const Request& request);

/// Answers messages, one a line, until the input ends; one at a time, each flushed. The caller has every right. Throws
/// Error(io) when the output cannot be written.
void serve_mcp(App& app, std::istream& in, std::ostream& out);

}  // namespace hearken::server
