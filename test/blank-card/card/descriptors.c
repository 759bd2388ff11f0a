#include "descriptors.h"
#include <stdlib.h>
#include <string.h>

size_t width_of(cudnnBackendAttributeType_t type) {
  switch ((int)type) {
    case CUDNN_TYPE_INT64:
    case CUDNN_TYPE_DOUBLE:
    case CUDNN_TYPE_HANDLE:
    case CUDNN_TYPE_VOID_PTR:
    case CUDNN_TYPE_BACKEND_DESCRIPTOR: return 8;
    case CUDNN_TYPE_BOOLEAN:
    case CUDNN_TYPE_CHAR: return 1;
    case CUDNN_TYPE_FRACTION: return 16;
    default: return 4;
  }
}

struct descriptor *new_descriptor(cudnnBackendDescriptorType_t kind) {
  struct descriptor *made = calloc(1, sizeof *made);
  made->kind = kind;
  made->references = 1;
  return made;
}

static void forget(struct attribute *attribute) {
  if (attribute->type == CUDNN_TYPE_BACKEND_DESCRIPTOR)
    for (int64_t i = 0; i < attribute->count; i++) release(((struct descriptor **)attribute->values)[i]);
  free(attribute->values);
}

void release(struct descriptor *descriptor) {
  if (!descriptor || __atomic_sub_fetch(&descriptor->references, 1, __ATOMIC_ACQ_REL) > 0) return;
  for (struct attribute *next, *attribute = descriptor->attributes; attribute; attribute = next) {
    next = attribute->next;
    forget(attribute);
    free(attribute);
  }
  free(descriptor);
}

struct attribute *find_attribute(const struct descriptor *descriptor, cudnnBackendAttributeName_t name) {
  struct attribute *attribute = descriptor ? descriptor->attributes : NULL;
  while (attribute && attribute->name != name) attribute = attribute->next;
  return attribute;
}

struct descriptor *descriptor_in(const struct descriptor *descriptor, cudnnBackendAttributeName_t name) {
  struct attribute *attribute = find_attribute(descriptor, name);
  return attribute && attribute->count > 0 ? *(struct descriptor **)attribute->values : NULL;
}

void set_attribute(struct descriptor *descriptor, cudnnBackendAttributeName_t name, cudnnBackendAttributeType_t type,
                   int64_t count, const void *values) {
  size_t bytes = (size_t)count * width_of(type);
  void *kept = calloc(1, bytes + 8);
  if (values) memcpy(kept, values, bytes);
  if (values && type == CUDNN_TYPE_BACKEND_DESCRIPTOR)
    for (int64_t i = 0; i < count; i++) {
      struct descriptor *named = ((struct descriptor **)kept)[i];
      if (named) __atomic_add_fetch(&named->references, 1, __ATOMIC_ACQ_REL);
    }
  struct attribute *attribute = find_attribute(descriptor, name);
  if (attribute) forget(attribute);
  else {
    attribute = calloc(1, sizeof *attribute);
    attribute->next = descriptor->attributes;
    descriptor->attributes = attribute;
  }
  attribute->name = name;
  attribute->type = type;
  attribute->count = count;
  attribute->values = kept;
}

void copy_attributes(struct descriptor *to, const struct descriptor *from) {
  for (struct attribute *a = from->attributes; a; a = a->next) set_attribute(to, a->name, a->type, a->count, a->values);
}
