/* cuDNN's backend descriptors: a kind, and attributes by name. Those that name other descriptors hold on to them. */
#pragma once
#include <cudnn.h>
#include <cudnn_backend.h>
#include <stdint.h>

struct attribute {
  cudnnBackendAttributeName_t name;
  cudnnBackendAttributeType_t type;
  int64_t count;
  void *values;
  struct attribute *next;
};

struct descriptor {
  cudnnBackendDescriptorType_t kind;
  int references;
  int64_t workspace; /* of an execution plan */
  struct attribute *attributes;
};

struct descriptor *new_descriptor(cudnnBackendDescriptorType_t kind);
void release(struct descriptor *descriptor);
void set_attribute(struct descriptor *descriptor, cudnnBackendAttributeName_t name, cudnnBackendAttributeType_t type,
                   int64_t count, const void *values);
/* NULL where it was never set. */
struct attribute *find_attribute(const struct descriptor *descriptor, cudnnBackendAttributeName_t name);
/* The first descriptor that an attribute names, or NULL. */
struct descriptor *descriptor_in(const struct descriptor *descriptor, cudnnBackendAttributeName_t name);
/* Gives `to` all attributes of `from`. */
void copy_attributes(struct descriptor *to, const struct descriptor *from);
size_t width_of(cudnnBackendAttributeType_t type);
