package dev.theca.broker.setup;

import dev.theca.broker.admin.Fields;
import dev.theca.broker.resource.AnchorLimits;
import dev.theca.broker.resource.Quota;
import dev.theca.broker.resource.ResourceLimits;
import java.util.Optional;

/** {@code [resource]}: what tenants may keep where nothing else was set for them. */
public record ResourceSettings(ResourceLimits limits, AnchorLimits anchors) {
  static Optional<ResourceSettings> read(Fields fields) {
    var table = fields.table("resource");
    var usual = ResourceLimits.DEFAULT;
    var quota = Quota.DEFAULT;
    int bytes = (int) table.number("max_bytes", usual.resourceBytes(), 1, 32 << 20);
    int old = (int) table.number("old_versions", usual.oldVersions(), 0, 10_000);
    var limits =
        new ResourceLimits(
            bytes,
            old,
            new Quota(
                table.number("quota_resources", quota.resources(), 0, 10_000_000),
                table.number("quota_bytes", quota.bytes(), 0, 1L << 40),
                table.number("quota_versions", quota.versions(), 0, 100_000_000)));
    var anchors =
        new AnchorLimits(
            table.number("anchors_per_owner", AnchorLimits.DEFAULT.perOwner(), 1, 100_000),
            table.number("anchors_per_tenant", AnchorLimits.DEFAULT.perTenant(), 1, 10_000_000));
    fields.take(table);
    return Optional.of(new ResourceSettings(limits, anchors));
  }
}
