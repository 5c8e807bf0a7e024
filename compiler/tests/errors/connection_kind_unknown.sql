CREATE CONNECTION factory FROM mqt WITH (broker = 'tcp://localhost:1883');
