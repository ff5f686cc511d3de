package redactpersons

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestAddressesAreMaskedAndTheTextAroundThemStays(t *testing.T) {
	for text, want := range map[string]string{
		"mail to ada@example.org.":              "mail to ****.",
		"Ada <ada.lovelace+x@mail.example.org>": "Ada <****>",
		"?email=ada%40example.org&x=1":          "?email=****&x=1",
		"привет@пример.рф":                      "****",
		"mongodb://user:secret@db.example.org":  "mongodb://user:****",
		"from 203.0.113.7:4711 refused":         "from ****:4711 refused",
		"255.255.255.255":                       "****",
		"[2001:db8::1]:443":                     "[****]:443",
		"peer 2001:db8:0:0:0:0:0:1, lost":       "peer ****, lost",
		"it was 2001:DB8::A.":                   "it was ****.",
		"2001:db8::1: refused":                  "****: refused",
		"fe80::1%eth0":                          "****%eth0",
		"fdab:cdef::beef":                       "****",
		"::ffff:203.0.113.7":                    "****",
		"::1":                                   "****",
	} {
		assert.Equal(t, want, mask(text), text)
	}
}

func TestWhatOnlyLooksSimilarStays(t *testing.T) {
	for _, text := range []string{
		"",
		"nameit_datamining::feed::follow",
		"feed::add",
		"std::fs::File",
		"12:30:45",
		"2026-03-04T12:00:00.000000Z",
		"aa:bb:cc:dd:ee:ff",
		"version 0.159.0",
		"a ratio of 3:2:1",
		"storage-1@2",
		"@media",
		"sha256:0123456789abcdef",
		"PUT /api/v1/participations/{id}/trials/{trial}/response",
		"999.1.2.3456",
		"5f2c0f8a-4b1e-4b6e-9d4b-0f5b7f3d2a11",
	} {
		assert.Equal(t, text, mask(text), text)
	}
}
