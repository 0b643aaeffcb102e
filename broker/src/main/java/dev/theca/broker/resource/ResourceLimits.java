package dev.theca.broker.resource;

/**
 * Bounds of the store.
 *
 * @param resourceBytes of one version
 * @param oldVersions kept beside the newest one
 * @param quota of tenants that have none of their own
 */
public record ResourceLimits(int resourceBytes, int oldVersions, Quota quota) {
  /** 2 MiB, ten old versions, the default quota. */
  public static final ResourceLimits DEFAULT = new ResourceLimits(2 << 20, 10, Quota.DEFAULT);

  public ResourceLimits {
    if (resourceBytes < 1 || oldVersions < 0 || !quota.isValid())
      throw new IllegalArgumentException("limits that let nothing be kept");
  }
}
