/** Who may pull and push what: users with passwords, and short tokens for them. */
package dev.theca.registry.auth;
