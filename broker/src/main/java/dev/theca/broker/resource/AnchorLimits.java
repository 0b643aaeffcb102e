package dev.theca.broker.resource;

/** How many anchors an owner, and all owners of a tenant, may have. */
public record AnchorLimits(long perOwner, long perTenant) {
  public static final AnchorLimits DEFAULT = new AnchorLimits(64, 10_000);

  public AnchorLimits {
    if (perOwner < 1 || perTenant < 1)
      throw new IllegalArgumentException("limits that let no anchor be kept");
  }
}
