// purpose: When the latest delivery was received that was there at a time: conclusions are for its day unless told otherwise.
// caution: As deliveries say of themselves.
// param known_at: datetime -- The time.
// column received_at: datetime | None -- When it was received; nothing, if there was none.
MATCH (delivery:Delivery)
WHERE delivery.received_at <= $known_at
RETURN max(delivery.received_at) AS received_at
