// Reads a quote with the generated client; what it gets is typed by the description.
import createClient from "openapi-fetch";
import type { paths } from "./api.js";

export async function readTitle(quoteId: string, answer: string): Promise<string | null> {
  const fetch = async (): Promise<Response> =>
    new Response(answer, { status: 200, headers: { "Content-Type": "application/json" } });
  const client = createClient<paths>({ baseUrl: "http://localhost", fetch });
  const { data, error } = await client.GET("/api/v1/quotes/{quoteId}", { params: { path: { quoteId } } });
  if (error) throw new Error(`${error.error.code}: ${error.error.message}`);
  return data.data.title;
}
