"""What an assignment achieved: outcomes, appraisals and the grade, on its page; what waits for an evaluation."""
