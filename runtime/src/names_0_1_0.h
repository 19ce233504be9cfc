/* The functions that programs compiled with 0.1.0's header call. Their options end where struct_bytes begins:
 * nothing from there on is the caller's, so it is neither read nor written. */
#ifndef MOBILITH_NAMES_0_1_0_H
#define MOBILITH_NAMES_0_1_0_H

#include "mobilith_abi.h"

#undef mobilith_options_init
#undef mobilith_session_bytes
#undef mobilith_session_create

void mobilith_options_init(mobilith_options *options);
size_t mobilith_session_bytes(const mobilith_model *model, const mobilith_options *options);
mobilith_status mobilith_session_create(const mobilith_model *model, const mobilith_options *options,
                                        mobilith_session **session);

#endif
