"""What is true of the problem: worlds with numbers, and the value in them of whatever a line may speak of."""
