package dev.theca.broker.admin;

import dev.theca.broker.admin.Role.Permission;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The roles that need no configuration. A face that gets a new path is given to a role here, or
 * stays with the owner alone.
 */
final class BuiltinRoles {
  static final String OWNER = "owner";

  private static final String[] READ = {"GET"};
  private static final String[] CHANGE = {"GET", "POST", "PUT", "DELETE"};
  private static final String TENANTS = "/theca/v1/tenants";
  private static final String TENANT = TENANTS + "/{tenant}";
  private static final String ANCHORS = "/theca/v1/anchors";
  private static final String OWN_POLICY = "/theca/v1/policies/tenant/{tenant}";

  private static final Map<String, Role> ALL = all();
  static final Set<String> NAMES = ALL.keySet();

  private BuiltinRoles() {}

  static Map<String, Role> roles() {
    return ALL;
  }

  private static Map<String, Role> all() {
    var all = new LinkedHashMap<String, Role>();
    for (Role role : List.of(owner(), resourceOwner(), policyAuthor(), auditor(), operator()))
      all.put(role.name(), role);
    return Map.copyOf(all);
  }

  private static Role owner() {
    var may = new May();
    // bound to a tenant: what it keeps and its policy, and not how much it may keep
    may.paths(READ, TENANT);
    may.paths(CHANGE, "/kbs/v0/resource/{tenant}/**");
    may.trees(CHANGE, TENANT + "/resources", OWN_POLICY);
    may.paths(CHANGE, "/kbs/v0/**", "/theca/v1/**");
    return may.role(OWNER);
  }

  /** Secrets: to write, make, rotate and drop them. Policies that release them are another's. */
  private static Role resourceOwner() {
    var may = new May();
    may.paths(new String[] {"POST", "PUT", "DELETE"}, "/kbs/v0/resource/{tenant}/*/*");
    may.trees(CHANGE, TENANT + "/resources");
    may.paths(READ, TENANTS, TENANT);
    return may.role("resource-owner");
  }

  /** What is believed and released, and never what is released: no path of a resource. */
  private static Role policyAuthor() {
    var may = new May();
    may.trees(
        CHANGE,
        "/kbs/v0/resource-policy",
        "/kbs/v0/attestation-policy",
        "/kbs/v0/reference-value",
        "/theca/v1/policies",
        "/theca/v1/reference-values",
        "/theca/v1/recordings",
        "/theca/v1/trials",
        OWN_POLICY);
    return may.role("policy-author");
  }

  private static Role auditor() {
    var may = new May();
    may.trees(
        READ,
        "/kbs/v0/resource-policy",
        "/kbs/v0/attestation-policy",
        "/kbs/v0/reference-value",
        "/theca/v1/audit",
        "/theca/v1/refusals",
        "/theca/v1/policies",
        "/theca/v1/reference-values",
        "/theca/v1/recordings",
        "/theca/v1/data-keys",
        "/theca/v1/revocations",
        ANCHORS,
        OWN_POLICY);
    may.paths(READ, TENANTS, TENANT);
    return may.role("auditor");
  }

  /** Keeps the service running: the keys that sign and seal, what is revoked, lost volumes. */
  private static Role operator() {
    var may = new May();
    may.trees(
        CHANGE,
        "/theca/v1/signing-key",
        "/theca/v1/audit-key",
        "/theca/v1/data-keys",
        "/theca/v1/revocations",
        ANCHORS);
    may.paths(READ, TENANTS, TENANT);
    return may.role("operator");
  }

  /** Permissions of a role, as they are listed. */
  private static final class May {
    private final List<Permission> permissions = new ArrayList<>();

    void paths(String[] methods, String... templates) {
      for (String template : templates)
        permissions.add(new Permission(Set.of(methods), PathTemplate.parse(template).orThrow()));
    }

    /** Each path itself and everything below it. */
    void trees(String[] methods, String... templates) {
      for (String template : templates) paths(methods, template, template + "/**");
    }

    Role role(String name) {
      return new Role(name, permissions);
    }
  }
}
