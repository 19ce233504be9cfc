/* What a shared object of a generated library exports: one table of functions, so that the names of the
 * library and of the runtime stay its own. Linked with lib<name>.a and libmobilith_runtime.a, by cc with
 * -DMOBILITH_MODEL=<name>, or by `mobilith link`, which says the name to its linker. Members are added at the
 * end alone. */
#include <mobilith.h>

#ifndef MOBILITH_MODEL
#define MOBILITH_MODEL mobilith_exported_model
#endif

extern const mobilith_model MOBILITH_MODEL __attribute__((visibility("hidden")));

struct mobilith_exports {
  size_t struct_bytes;
  const mobilith_model *model;
  const mobilith_model_info *(*describe)(const mobilith_model *);
  const mobilith_port *(*input)(const mobilith_model *, int32_t);
  const mobilith_port *(*output)(const mobilith_model *, int32_t);
  void (*options_init)(mobilith_options *, size_t);
  mobilith_status (*session_create)(const mobilith_model *, const mobilith_options *, mobilith_session **);
  mobilith_status (*run_ports)(mobilith_session *, size_t, const void *const *, const size_t *, size_t,
                               void *const *, const size_t *);
  void (*session_destroy)(mobilith_session *);
  const char *(*status_message)(mobilith_status);
  mobilith_status (*run_frame)(mobilith_session *, const mobilith_frame *, size_t, void *const *,
                               const size_t *);
};

extern const struct mobilith_exports mobilith_exports;
__attribute__((visibility("default"))) const struct mobilith_exports mobilith_exports = {
    sizeof(struct mobilith_exports), &MOBILITH_MODEL,         mobilith_model_describe,
    mobilith_model_input,            mobilith_model_output,   mobilith_options_init_2,
    mobilith_session_create,         mobilith_run_ports,      mobilith_session_destroy,
    mobilith_status_message,         mobilith_run_frame};
