package redactpersons

import (
	"net/netip"
	"regexp"
	"strings"
)

// What stands in the place of an address.
const masked = "****"

var (
	// The @ also as it is written in a URL.
	email = regexp.MustCompile(`[\p{L}\p{N}._%+'-]+(?:@|%40)[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+`)
	ipv4  = regexp.MustCompile(`\b(?:(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])\.){3}(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])\b`)
	// What could be an IPv6 address; whether it is one is asked of netip.
	maybeIPv6 = regexp.MustCompile(`[0-9A-Za-z_]*:[0-9A-Za-z_:]*:[0-9A-Za-z_:.]*`)
	// Addresses for one organisation begin so; they may have no digit at all.
	local = regexp.MustCompile(`(?i)^f[cd][0-9a-f]{2}:`)
)

// mask takes addresses out of a text.
func mask(text string) string {
	if strings.Contains(text, "@") || strings.Contains(text, "%40") {
		text = email.ReplaceAllString(text, masked)
	}
	if strings.Count(text, ":") >= 2 {
		text = maybeIPv6.ReplaceAllStringFunc(text, maskIPv6)
	}
	if strings.Count(text, ".") >= 3 {
		text = ipv4.ReplaceAllString(text, masked)
	}
	return text
}

// A sentence may end or go on right behind an address.
func maskIPv6(candidate string) string {
	address := strings.TrimRight(candidate, ".")
	// 2001:db8::1: is not an address, 2001:db8:: is.
	if !strings.HasSuffix(address, "::") {
		address = strings.TrimRight(address, ":.")
	}
	if _, err := netip.ParseAddr(address); err != nil {
		return candidate
	}
	// feed::add is a path in a program, and an address only by accident.
	if !strings.ContainsAny(address, "0123456789") && !local.MatchString(address) {
		return candidate
	}
	return masked + candidate[len(address):]
}
