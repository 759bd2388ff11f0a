/*
 * cuDNN's backend interface, as PyTorch's convolutions use it. Two engines can do everything: the first wants a workspace by
 * the law of workspace.c, the second none. Where the first one's does not fit, PyTorch itself goes on to the second.
 */
#include "card.h"
#include "descriptors.h"
#include <stdlib.h>
#include <string.h>

#define ENGINES 2

EXPORT size_t cudnnGetVersion(void) { return CUDNN_VERSION; }

EXPORT size_t cudnnGetCudartVersion(void) { return CUDART_VERSION; }

EXPORT cudnnStatus_t cudnnGetProperty(libraryPropertyType property, int *value) {
  *value = property == MAJOR_VERSION ? CUDNN_MAJOR : property == MINOR_VERSION ? CUDNN_MINOR : CUDNN_PATCHLEVEL;
  return CUDNN_STATUS_SUCCESS;
}

EXPORT void cudnnGetLastErrorString(char *text, size_t room) {
  if (room > 0) text[0] = 0;
}

EXPORT const char *cudnnGetErrorString(cudnnStatus_t status) {
  return status == CUDNN_STATUS_SUCCESS ? "CUDNN_STATUS_SUCCESS" : "CUDNN_STATUS_NOT_SUPPORTED";
}

EXPORT cudnnStatus_t cudnnCreate(cudnnHandle_t *handle) {
  *handle = calloc(1, 64);
  return CUDNN_STATUS_SUCCESS;
}

EXPORT cudnnStatus_t cudnnDestroy(cudnnHandle_t handle) {
  free(handle);
  return CUDNN_STATUS_SUCCESS;
}

EXPORT cudnnStatus_t cudnnBackendCreateDescriptor(cudnnBackendDescriptorType_t kind, cudnnBackendDescriptor_t *made) {
  *made = new_descriptor(kind);
  return CUDNN_STATUS_SUCCESS;
}

EXPORT cudnnStatus_t cudnnBackendDestroyDescriptor(cudnnBackendDescriptor_t descriptor) {
  release(descriptor);
  return CUDNN_STATUS_SUCCESS;
}

EXPORT cudnnStatus_t cudnnBackendSetAttribute(cudnnBackendDescriptor_t descriptor, cudnnBackendAttributeName_t name,
                                              cudnnBackendAttributeType_t type, int64_t count, const void *values) {
  set_attribute(descriptor, name, type, count, values);
  return CUDNN_STATUS_SUCCESS;
}

/* Dimensions are N, C, H, W (and more); channels-last is a stride of one in C where there is more than one channel. */
static struct tensor_shape shape_of(const struct descriptor *tensor) {
  struct tensor_shape shape = {0, 0, 0};
  struct attribute *sizes = find_attribute(tensor, CUDNN_ATTR_TENSOR_DIMENSIONS);
  struct attribute *strides = find_attribute(tensor, CUDNN_ATTR_TENSOR_STRIDES);
  struct attribute *type = find_attribute(tensor, CUDNN_ATTR_TENSOR_DATA_TYPE);
  if (!sizes || !type) return shape;
  const int64_t *size = sizes->values;
  const int64_t *stride = strides ? strides->values : NULL;
  shape.is_half = *(int *)type->values != CUDNN_DATA_FLOAT;
  shape.bytes = shape.is_half ? 2 : 4;
  for (int64_t i = 0; i < sizes->count; i++) shape.bytes *= (uint64_t)size[i];
  shape.channels_last = stride && sizes->count > 2 && strides->count == sizes->count && size[1] > 1 && stride[1] == 1;
  return shape;
}

static int64_t workspace_of_plan(const struct descriptor *plan) {
  struct descriptor *config = descriptor_in(plan, CUDNN_ATTR_EXECUTION_PLAN_ENGINE_CONFIG);
  struct descriptor *engine = descriptor_in(config, CUDNN_ATTR_ENGINECFG_ENGINE);
  struct attribute *index = find_attribute(engine, CUDNN_ATTR_ENGINE_GLOBAL_INDEX);
  if (index && *(int64_t *)index->values > 0) return 0;
  struct descriptor *graph = descriptor_in(engine, CUDNN_ATTR_ENGINE_OPERATION_GRAPH);
  struct descriptor *operation = descriptor_in(graph, CUDNN_ATTR_OPERATIONGRAPH_OPS);
  return (int64_t)workspace_of(shape_of(descriptor_in(operation, CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_X)),
                               shape_of(descriptor_in(operation, CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_W)),
                               shape_of(descriptor_in(operation, CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_Y)));
}

EXPORT cudnnStatus_t cudnnBackendFinalize(cudnnBackendDescriptor_t descriptor) {
  struct descriptor *d = descriptor;
  if (d->kind == CUDNN_BACKEND_EXECUTION_PLAN_DESCRIPTOR) d->workspace = workspace_of_plan(d);
  return CUDNN_STATUS_SUCCESS;
}

EXPORT cudnnStatus_t cudnnBackendExecute(cudnnHandle_t handle UNUSED, cudnnBackendDescriptor_t plan UNUSED,
                                         cudnnBackendDescriptor_t variants UNUSED) {
  note_launch();
  return CUDNN_STATUS_SUCCESS;
}

/* The heuristic's answer: a configuration for each engine, the better one first. */
static void offer_engines(const struct descriptor *heuristic, struct descriptor **configs, int64_t count) {
  struct descriptor *graph = descriptor_in(heuristic, CUDNN_ATTR_ENGINEHEUR_OPERATION_GRAPH);
  for (int64_t index = 0; index < count; index++) {
    struct descriptor *engine = new_descriptor(CUDNN_BACKEND_ENGINE_DESCRIPTOR);
    set_attribute(engine, CUDNN_ATTR_ENGINE_OPERATION_GRAPH, CUDNN_TYPE_BACKEND_DESCRIPTOR, 1, &graph);
    set_attribute(engine, CUDNN_ATTR_ENGINE_GLOBAL_INDEX, CUDNN_TYPE_INT64, 1, &index);
    set_attribute(configs[index], CUDNN_ATTR_ENGINECFG_ENGINE, CUDNN_TYPE_BACKEND_DESCRIPTOR, 1, &engine);
    release(engine);
  }
}

EXPORT cudnnStatus_t cudnnBackendGetAttribute(cudnnBackendDescriptor_t const descriptor, cudnnBackendAttributeName_t name,
                                              cudnnBackendAttributeType_t type, int64_t wanted, int64_t *found, void *values) {
  const struct descriptor *d = descriptor;
  int64_t ignored, *count = found ? found : &ignored;
  struct attribute *attribute = find_attribute(d, name);
  switch ((int)name) {
    case CUDNN_ATTR_ENGINEHEUR_RESULTS:
      *count = wanted > 0 && wanted < ENGINES ? wanted : ENGINES;
      if (values && wanted > 0) offer_engines(d, values, *count);
      break;
    case CUDNN_ATTR_ENGINECFG_ENGINE:
      *count = attribute ? 1 : 0;
      if (attribute && values && wanted > 0) copy_attributes(*(struct descriptor **)values, descriptor_in(d, name));
      break;
    case CUDNN_ATTR_OPERATIONGRAPH_ENGINE_GLOBAL_COUNT:
      *count = 1;
      if (values) *(int64_t *)values = ENGINES;
      break;
    case CUDNN_ATTR_EXECUTION_PLAN_WORKSPACE_SIZE:
      *count = 1;
      if (values) *(int64_t *)values = d->workspace;
      break;
    case CUDNN_ATTR_ENGINE_NUMERICAL_NOTE:
    case CUDNN_ATTR_ENGINE_BEHAVIOR_NOTE:
    case CUDNN_ATTR_ENGINE_KNOB_INFO:
    case CUDNN_ATTR_ENGINECFG_KNOB_CHOICES: *count = 0; break;
    default:
      *count = attribute ? attribute->count : 0;
      if (attribute && values && wanted > 0)
        memcpy(values, attribute->values, (size_t)(wanted < attribute->count ? wanted : attribute->count) * width_of(type));
  }
  return CUDNN_STATUS_SUCCESS;
}
