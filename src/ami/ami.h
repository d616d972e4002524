/* ami.h - everything that commanding and watching an Asterisk needs. */

#pragma once

#include <capella/ami/action-info.h>
#include <capella/ami/action.h>
#include <capella/ami/actions.h>
#include <capella/ami/async-agi.h>
#include <capella/ami/client.h>
#include <capella/ami/configuration.h>
#include <capella/ami/error.h>
#include <capella/ami/event-queue.h>
#include <capella/ami/filter.h>
#include <capella/ami/message.h>
#include <capella/ami/originate.h>
#include <capella/ami/reply.h>
#include <capella/ami/tracker.h>
#include <capella/ami/values.h>
