/** The columns of nvidia-smi's tables: a table with any other is another tool's. */

/** What stands before the first dot: of these newer drivers know ever more (`clocks.max.sm`, `power.draw.instant`). */
const FAMILIES = new Set(
  (
    'accounting c2c clocks clocks_event_reasons clocks_event_reasons_counters clocks_throttle_reasons ' +
    'confidential_compute dramEncryption driver_model ecc encoder enforced fabric fan fbc gom gsp inforom memory mig ' +
    'module pci pcie platform power power_smoothing protected_memory remapped_rows retired_pages temperature ' +
    'utilization vgpu_device_capability vgpu_driver_capability'
  ).split(' '),
);

/** Names without a dot: of devices, and in the second line of processes, clocks and retired pages. */
const NAMES = new Set(
  (
    'addressing_mode compute_cap compute_mode count display_active display_attached display_mode driver_version ' +
    'edpp_multiplier gpu_bus_id gpu_index gpu_name gpu_part_number gpu_recovery_action gpu_serial gpu_uuid hostname ' +
    'index kmd_version name persistence_mode pstate serial timestamp umd_version uuid vbios_version ' +
    'gpu_instance_id gpu_utilization gr graphics max_memory_usage mem mem_utilization memory pid process_name time ' +
    'used_gpu_memory used_memory vgpu_instance'
  ).split(' '),
);

export function isKnownField(name: string): boolean {
  const dot = name.indexOf('.');
  return dot < 0 ? NAMES.has(name) : FAMILIES.has(name.slice(0, dot));
}
