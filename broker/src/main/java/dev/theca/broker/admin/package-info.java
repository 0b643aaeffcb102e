/**
 * Who may administrate what: the root token, API tokens and JWT of identity providers, roles with
 * methods, paths and tenants. Deny by default.
 */
@org.jspecify.annotations.NullMarked
package dev.theca.broker.admin;
