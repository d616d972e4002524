/* capella.h - all of libcapella in one include. */

#pragma once

#include <capella/agi.h>
#include <capella/ami.h>
#include <capella/module.h>
#include <capella/settings.h>
