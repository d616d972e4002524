/* agi.h - everything a handler needs to talk to a call. */

#pragma once

#include <capella/agi/call.h>
#include <capella/agi/commands.h>
#include <capella/agi/dialplan.h>
#include <capella/agi/environment.h>
#include <capella/agi/error.h>
#include <capella/agi/sequence.h>
