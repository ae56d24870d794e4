// Reads a quote with the generated client.
package main

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"

	bigledger "example.com/bigledger"
)

func main() {
	body, err := os.ReadFile(os.Args[1])
	check(err)
	server := httptest.NewServer(http.HandlerFunc(func(answer http.ResponseWriter, _ *http.Request) {
		answer.Header().Set("Content-Type", "application/json")
		_, err := answer.Write(body)
		check(err)
	}))
	defer server.Close()
	var wanted struct{ Data struct{ Id, Title string } }
	check(json.Unmarshal(body, &wanted))

	settings := bigledger.NewConfiguration()
	settings.Servers = bigledger.ServerConfigurations{{URL: server.URL}}
	answer, _, err := bigledger.NewAPIClient(settings).QuotesAPI.GetQuote(context.Background(), wanted.Data.Id).Execute()
	check(err)
	quote := answer.GetData()
	if quote.GetTitle() != wanted.Data.Title {
		panic("read " + quote.GetTitle())
	}
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
