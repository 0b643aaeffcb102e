package dev.theca.broker.resource;

/**
 * What a tenant keeps and may keep.
 *
 * @param quota its own, or the one of those that have none of their own
 */
public record TenantInfo(String name, Quota usage, Quota quota) {}
